package io.github.ptcspark.job.cli;

/**
 * The main class of {@code spark-submit}: {@link PtcCommand} on the Java that it needs. This class
 * is compiled for Java 8 and uses nothing newer, so that it can say so under any other.
 */
public final class Ptc {

  private static final String JAVA = "17";

  private Ptc() {}

  /**
   * Runs a command and ends the JVM with its exit code, see {@link PtcCommand#run}.
   *
   * @throws Exception to YARN's ApplicationMaster, with every exit code but 0
   */
  public static void main(String[] arguments) throws Exception {
    String java = System.getProperty("java.specification.version");
    if (!JAVA.equals(java)) {
      System.err.println("ptc: Cannot start: this is Java " + java + ", and it needs Java " + JAVA);
      System.exit(1);
    }
    PtcCommand.run(arguments);
  }
}
