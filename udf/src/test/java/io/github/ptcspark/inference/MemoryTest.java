package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.Assume;
import org.junit.Test;

/**
 * The memory of the process and of its heap after ten thousand documents, each read by a small
 * model and again by a full one beside it, is what it was after one thousand; {@code
 * -Dmemory.documents=100000} tries more.
 */
public class MemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");

  private static final int FIRST = 1_000;

  /** Far less than the 9,000 documents between would leave behind if each left one row. */
  private static final long SLACK_KILOBYTES = 48 << 10;

  private static final long HEAP_SLACK_KILOBYTES = 2 << 10;

  @Test
  public void doesNotGrow() throws IOException {
    Assume.assumeTrue("the process's memory is read from " + STATUS, Files.exists(STATUS));
    PruningPolicy policy = Policies.ptc(0.8, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 3, 4, 8);
    Bundle bundle =
        RandomBundles.bundle(
            1,
            new EncoderShape(4, 48, 4, 96),
            List.of("a", "b"),
            Pooling.MEAN,
            new ModelSettings(policy, Precision.INT8, LongDocuments.TRUNCATE));
    Bundle full =
        RandomBundles.bundle(
            2,
            new EncoderShape(2, 64, 4, 96),
            List.of("a", "b"),
            Pooling.MEAN,
            RandomBundles.PLAIN);
    ModelSettings escalating =
        new ModelSettings(
            PolicyText.complete(policy + " + escalation(margin=1, temperature=1)"),
            Precision.INT8,
            LongDocuments.TRUNCATE);
    Random random = new Random(1);
    try (Classifier classifier = new Classifier(TestModel.beside(bundle, full), escalating)) {
      assertThat(classifier.classify("the cat").escalated()).isTrue();
      classify(classifier, random, FIRST);
      long heapBefore = heapKilobytes();
      long before = residentKilobytes();
      int documents = Integer.getInteger("memory.documents");
      classify(classifier, random, documents - FIRST);
      long heapAfter = heapKilobytes();
      long after = residentKilobytes();
      System.out.printf(
          "after %,d and %,d documents: %,d KB and %,d KB resident, %,d KB and %,d KB of heap%n",
          FIRST, documents, before, after, heapBefore, heapAfter);
      assertThat(after - before).isLessThan(SLACK_KILOBYTES);
      assertThat(heapAfter - heapBefore).isLessThan(HEAP_SLACK_KILOBYTES);
    }
  }

  private static void classify(Classifier classifier, Random random, int documents) {
    for (int i = 0; i < documents; i++) {
      classifier.classify("the cat is in the garden . ".repeat(1 + random.nextInt(4)));
    }
  }

  private static long heapKilobytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10;
  }

  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("Cannot find VmRSS in " + STATUS);
  }
}
