package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.Rule;
import org.junit.Test;

public class SlicePlanTest {

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void smallFilesShareASliceAndLargeOnesAreDivided() {
    List<InputFile> files = List.of(file("a", 30), file("b", 40), file("c", 250), file("d", 0));
    assertThat(SlicePlan.of(left(files, List.of()), file -> true, 100))
        .containsExactly(
            slice(part(files.get(0), 0, 30), part(files.get(1), 0, 40)),
            slice(part(files.get(2), 0, 100)),
            slice(part(files.get(2), 100, 200)),
            slice(part(files.get(2), 200, 250), part(files.get(3), 0, 0)));
    assertThat(SlicePlan.of(left(files, List.of()), file -> false, 100))
        .containsExactly(
            slice(part(files.get(0), 0, 30), part(files.get(1), 0, 40)),
            slice(part(files.get(2), 0, 250)),
            slice(part(files.get(3), 0, 0)));
  }

  /** Whatever was done in slices of whatever size, every byte is done once in the end. */
  @Test
  public void everyByteIsDoneOnce() {
    for (int round = 0; round < 200; round++) {
      List<InputFile> files = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        files.add(file("f" + i, random.nextInt(500)));
      }
      List<SlicePart> done = new ArrayList<>();
      for (int run = 0; run < 4; run++) {
        boolean last = run == 3;
        for (Slice slice :
            SlicePlan.of(
                left(files, done), file -> file.length() % 3 > 0, 1 + random.nextInt(200))) {
          if (last || random.nextBoolean()) {
            done.addAll(slice.parts());
          }
        }
      }
      assertThat(SlicePlan.of(left(files, done), file -> true, 10)).isEmpty();
      Map<InputFile, List<SlicePart>> byFile =
          done.stream().collect(Collectors.groupingBy(SlicePart::file));
      for (InputFile file : files) {
        long at = 0;
        for (SlicePart part :
            byFile.get(file).stream()
                .sorted(Comparator.comparingLong(SlicePart::start).thenComparing(SlicePart::end))
                .toList()) {
          assertThat(part.start()).isEqualTo(at);
          at = part.end();
        }
        assertThat(at).isEqualTo(file.length());
      }
    }
  }

  private static List<SlicePart> left(List<InputFile> files, List<SlicePart> done) {
    try {
      return WorkLeft.of(files, path -> true, PartsRead.of(done)).parts();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputFile file(String name, long length) {
    return new InputFile("file:/" + name, length, 1);
  }

  private static SlicePart part(InputFile file, long start, long end) {
    return new SlicePart(file, start, end);
  }

  private static Slice slice(SlicePart... parts) {
    return new Slice(List.of(parts));
  }
}
