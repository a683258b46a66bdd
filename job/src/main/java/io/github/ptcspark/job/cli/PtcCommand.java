package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.Printable;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import scala.Option;

/** The program {@code ptc}. */
@Command(
    name = "ptc",
    mixinStandardHelpOptions = true,
    versionProvider = PtcCommand.VersionProvider.class,
    description = {
      "Classifies large document corpora on Apache Spark with BERT models that prune and combine"
          + " tokens.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ImportCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ClassifyCommand.class,
      ReportCommand.class,
      ExplainCommand.class,
      CompactCommand.class,
      BenchCommand.class,
      PoliciesCommand.class,
      SweepCommand.class,
      TuneCommand.class,
      CalibrateCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; the message says why",
      "2:wrong use of the command line",
      "3:done, but more documents were rejected than --max-reject-ratio allows",
      "4:done, but an audit shows that the model's promise no longer holds (--strict-promise)"
    },
    footer = {
      "",
      "From a model to labels:",
      "  ptc import   --from minilm --out minilm.bundle",
      "  ptc train    --base minilm.bundle --train train.jsonl --validation 0.1 --out my.bundle",
      "  ptc evaluate --model my.bundle --input test.jsonl",
      "  ptc classify --model my.bundle --input corpus/ --output labels.parquet",
      "",
      "'ptc COMMAND --help' explains a command by examples."
    })
final class PtcCommand {

  private PtcCommand() {}

  /**
   * Runs a command and ends the JVM with its exit code; on YARN, where this may be the JVM of the
   * ApplicationMaster, leaves it to that to report and to end.
   *
   * @throws SparkUserAppException to the ApplicationMaster, with every exit code but 0
   */
  static void run(String... arguments) throws SparkUserAppException {
    int exitCode = execute(arguments);
    boolean inApplicationMaster = isInApplicationMaster(new SparkConf());
    if (inApplicationMaster && !Sessions.opened()) {
      // To YARN an application without a session is one that did not start.
      Sessions.open("ptc");
    }
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().sparkContext().stop(exitCode);
    }
    System.out.flush();
    System.err.flush();
    if (!inApplicationMaster) {
      System.exit(exitCode);
    }
    if (exitCode != ExitCode.OK) {
      throw new SparkUserAppException(exitCode);
    }
  }

  /** Runs a command and returns its exit code. */
  static int execute(String... arguments) {
    CommandLine ptc = new CommandLine(new PtcCommand()).setUsageHelpWidth(100);
    try {
      NameEncoding.current().check(List.of(arguments));
    } catch (JobException e) {
      return failed(e, ptc);
    }
    IParameterExceptionHandler wrongUse = ptc.getParameterExceptionHandler();
    ptc.setExecutionExceptionHandler(PtcCommand::handle)
        .setParameterExceptionHandler((e, all) -> handle(e, all, wrongUse));
    try {
      CommandLine command = ptc.getSubcommands().get(arguments.length == 0 ? "" : arguments[0]);
      if (command != null) {
        command.setDefaultValueProvider(ConfigFile.of(command, List.of(arguments)));
      }
    } catch (ParameterException e) {
      ptc.getErr().println(Printable.text("ptc: " + e.getMessage()));
      return ExitCode.USAGE;
    }
    return ptc.execute(arguments);
  }

  private static int handle(Exception failure, CommandLine command, ParseResult arguments)
      throws Exception {
    if (failure instanceof JobException || failure instanceof BundleException) {
      return failed(failure, command);
    }
    throw failure;
  }

  /** A value that is wrong is said in a line of its own; the usage would not help. */
  private static int handle(
      ParameterException wrongUse, String[] arguments, IParameterExceptionHandler others)
      throws Exception {
    if (wrongUse.getCause() instanceof IllegalArgumentException reason) {
      wrongUse.getCommandLine().getErr().println(Printable.text("ptc: " + reason.getMessage()));
      return ExitCode.USAGE;
    }
    return others.handleParseException(printable(wrongUse), arguments);
  }

  private static int failed(Exception failure, CommandLine command) {
    command.getErr().println(Printable.text("ptc: " + failure.getMessage()));
    return ExitCode.SOFTWARE;
  }

  private static ParameterException printable(ParameterException wrongUse) {
    String message = Printable.text(wrongUse.getMessage());
    return message.equals(wrongUse.getMessage())
        ? wrongUse
        : new ParameterException(wrongUse.getCommandLine(), message);
  }

  private static boolean isInApplicationMaster(SparkConf configuration) {
    return configuration.get("spark.master", "").equals("yarn")
        && configuration.get("spark.submit.deployMode", "client").equals("cluster");
  }

  /** Says which build this is. */
  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ptc " + Version.current()};
    }
  }
}
