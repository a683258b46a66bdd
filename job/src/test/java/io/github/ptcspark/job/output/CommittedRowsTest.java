package io.github.ptcspark.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.output.FakeRuns.FakeRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CommittedRowsTest {

  private static final Set<String> SOME = Set.of("a", "b", "c");

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final Configuration configuration = new Configuration();
  private String output;
  private FakeRuns runs;

  @Before
  public void use() {
    Path local = folder.getRoot().toPath().resolve("out");
    output = local.toString();
    runs = new FakeRuns(configuration, output, local);
  }

  @Test
  public void anOutputThatIsBeingWrittenIsNotRead() throws IOException {
    try (FakeRun run = runs.open(1, ExistingOutput.EXTEND, SOME)) {
      run.classifyNext();

      assertThatThrownBy(() -> CommittedRows.of(configuration, output))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("a run writes to it (process ");
    }
  }

  @Test
  public void whatARunThatDiedHasCommittedIsRead() throws IOException {
    try (FakeRun run = runs.open(1, ExistingOutput.EXTEND, SOME)) {
      run.classifyNext();
      run.classifyNext();
      runs.die();

      CommittedRows rows = CommittedRows.of(configuration, output);

      assertThat(rows.fileCount()).isEqualTo(2);
      assertThat(rows.manifest()).isEmpty();
    }
  }

  @Test
  public void rowsThatAreToTakeThePlaceOfOthersDoNotCountBefore() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, SOME);
    Set<String> before = names(CommittedRows.of(configuration, output));
    try (FakeRun run = runs.open(2, ExistingOutput.REPLACE, SOME)) {
      run.classifyNext();
      runs.die();

      assertThat(names(CommittedRows.of(configuration, output))).isEqualTo(before);
    }
  }

  private static Set<String> names(CommittedRows rows) {
    return rows.files().values().stream()
        .flatMap(List::stream)
        .map(Object::toString)
        .collect(Collectors.toSet());
  }
}
