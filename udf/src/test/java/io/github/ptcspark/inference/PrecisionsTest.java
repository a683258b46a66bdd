package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.Test;

public class PrecisionsTest {

  private static final Processor PLAIN = processor("avx2");
  private static final Processor VNNI = processor("avx512_vnni");
  private static final Processor SMALL_VNNI = processor("avx_vnni");
  private static final Processor VNNI_BF16 = processor("avx512_vnni", "avx512_bf16");
  private static final Processor AMX = processor("avx512_vnni", "avx512_bf16", "amx_bf16");
  private static final Processor NO_LIST = new Processor("aarch64", Set.of());

  @Test
  public void autoTakesWhatIsFastest() {
    assertThat(fastest(Precision.AUTO, AMX)).isEqualTo(Precision.BF16);
    assertThat(fastest(Precision.AUTO, VNNI_BF16)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.AUTO, VNNI)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.AUTO, SMALL_VNNI)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.AUTO, PLAIN)).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(fastest(Precision.AUTO, NO_LIST)).isEqualTo(Precision.INT8_BY_DOCUMENT);
  }

  @Test
  public void mixedKindsGetWhatAllOfThemHave() {
    assertThat(fastest(Precision.AUTO, AMX, AMX)).isEqualTo(Precision.BF16);
    assertThat(fastest(Precision.AUTO, AMX, VNNI_BF16)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.AUTO, SMALL_VNNI, AMX)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.AUTO, AMX, PLAIN, VNNI)).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(fastest(Precision.INT8, VNNI, PLAIN)).isEqualTo(Precision.INT8_BY_DOCUMENT);
  }

  @Test
  public void int8IsNeverAnythingElse() {
    assertThat(fastest(Precision.INT8, AMX)).isEqualTo(Precision.INT8_BY_TOKEN);
    assertThat(fastest(Precision.INT8, PLAIN)).isEqualTo(Precision.INT8_BY_DOCUMENT);
  }

  @Test
  public void whatIsExactStays() {
    for (Precision precision : Precision.values()) {
      if (precision.isExact()) {
        for (Processor processor : List.of(PLAIN, VNNI, AMX)) {
          assertThat(fastest(precision, processor)).isEqualTo(precision);
        }
      }
    }
  }

  @Test
  public void whatIsLackingHasAName() {
    assertThat(Precisions.lack(Precision.BF16, VNNI)).contains("AMX and AVX-512 BF16");
    assertThat(Precisions.lack(Precision.BF16, VNNI_BF16)).isEmpty();
    assertThat(Precisions.lack(Precision.BF16, AMX)).isEmpty();
    assertThat(Precisions.lack(Precision.INT8_BY_TOKEN, PLAIN))
        .contains("AVX-512 VNNI and AVX-VNNI");
    assertThat(Precisions.lack(Precision.INT8_BY_TOKEN, SMALL_VNNI)).isEmpty();
    assertThat(Precisions.need(Precision.BF16)).contains("AMX or AVX-512 BF16");
    for (Precision anywhere : List.of(Precision.FP32, Precision.INT8_BY_DOCUMENT)) {
      assertThat(Precisions.need(anywhere)).isEmpty();
      assertThat(Precisions.lack(anywhere, NO_LIST)).isEmpty();
    }
  }

  @Test
  public void everyExactPrecisionHasOneArithmetic() {
    List<Precision> exact = Arrays.stream(Precision.values()).filter(Precision::isExact).toList();
    assertThat(Arrays.stream(Arithmetic.values()).map(Arithmetic::precision))
        .containsExactlyInAnyOrderElementsOf(exact);
  }

  @Test
  public void namesLeadBack() {
    for (Precision precision : Precision.values()) {
      assertThat(Precision.named(precision.toString())).contains(precision);
    }
    assertThat(Precision.named("int4")).isEmpty();
    assertThat(Precision.on(Device.CPU).stream().filter(precision -> !precision.isExact()))
        .containsExactly(Precision.AUTO, Precision.INT8);
    assertThat(Precision.INT8_BY_TOKEN.family()).isEqualTo(Precision.INT8);
    assertThat(Precision.AUTO.allows(Precision.FP16)).isFalse();
    assertThat(Precision.INT8.allows(Precision.BF16)).isFalse();
  }

  @Test
  public void aKindIsToldByWhatMatters() {
    assertThat(AMX.text()).isEqualTo("Some (AMX, AVX-512 BF16, AVX-512 VNNI)");
    assertThat(PLAIN.text()).isEqualTo("Some");
  }

  private static Precision fastest(Precision wanted, Processor... processors) {
    return Precisions.fastest(wanted, List.of(processors));
  }

  private static Processor processor(String... flags) {
    return new Processor("Some", Set.of(flags));
  }
}
