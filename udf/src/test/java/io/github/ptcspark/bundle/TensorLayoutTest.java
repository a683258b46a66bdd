package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.TensorLayout.Place;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.MethodSettings;
import io.github.ptcspark.testing.RandomBundles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class TensorLayoutTest {

  private static final int LAYERS = MethodSettings.SHAPE.layers();
  private static final List<String> LABELS = List.of("a", "b", "c");

  @Test
  public void everyTensorHasAPlaceUnderEveryPolicy() {
    for (PruningPolicy policy : MethodSettings.all()) {
      Bundle bundle = bundle(policy, LABELS, Pooling.MEAN);
      TensorLayout layout = TensorLayout.of(bundle, policy);
      List<StepTensor> steps = policy.tensors(MethodSettings.SHAPE);
      List<Place> places = layout.places();

      assertThat(layout.firstOfSteps()).isEqualTo(5 + 12 * LAYERS);
      assertThat(places).as("%s", policy).hasSize(5 + 12 * LAYERS + steps.size() + 4);
      for (int i = 0; i < steps.size(); i++) {
        assertThat(places.get(layout.firstOfSteps() + i))
            .as("%s", policy)
            .isEqualTo(new Place(List.of(steps.get(i).name()), steps.get(i).shape()));
      }
      for (int layer = 1; layer <= LAYERS; layer++) {
        List<Place> ofLayer = places.subList(5 + 12 * (layer - 1), 5 + 12 * layer);
        if (policy.replaces(layer)) {
          assertThat(ofLayer).as("%s", policy).allMatch(place -> place.names().isEmpty());
        } else {
          assertThat(ofLayer).as("%s", policy).noneMatch(place -> place.names().isEmpty());
        }
      }
      assertThat(layout.shapes().keySet())
          .as("%s", policy)
          .hasSize((int) places.stream().mapToLong(place -> place.names().size()).sum());
    }
  }

  @Test
  public void policiesThatReplaceDifferentLayersHaveNoLayout() {
    PruningPolicy linear = PolicyText.complete("linear(layer=3, tokens=4)");
    assertThatThrownBy(
            () ->
                TensorLayout.of(
                    bundle(linear, LABELS, Pooling.MEAN), List.of(linear, PruningPolicy.NONE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid policies for one model: linear(layer=3, tokens=4) and none do not replace the"
                + " same layer");
  }

  @Test
  public void queryKeyAndValueAreOneTensorOfTheProgram() {
    TensorLayout layout =
        TensorLayout.of(bundle(PruningPolicy.NONE, LABELS, Pooling.MEAN), PruningPolicy.NONE);

    String self = "bert.encoder.layer.1.attention.self.";
    assertThat(layout.places().get(5 + 12))
        .isEqualTo(
            new Place(
                List.of(self + "query.weight", self + "key.weight", self + "value.weight"),
                List.of(32, 32)));
    assertThat(layout.places().get(5 + 12 + 1))
        .isEqualTo(
            new Place(
                List.of(self + "query.bias", self + "key.bias", self + "value.bias"), List.of(32)));
  }

  @Test
  public void whatAModelLacksHasEmptyPlaces() {
    List<Place> encoder = lastPlaces(List.of(), Pooling.MEAN);
    assertThat(encoder).allMatch(place -> place.names().isEmpty() && place.shape().isEmpty());

    List<Place> classifier = lastPlaces(LABELS, Pooling.MEAN);
    assertThat(classifier.subList(0, 2)).allMatch(place -> place.names().isEmpty());
    assertThat(classifier.get(2))
        .isEqualTo(new Place(List.of("classifier.weight"), List.of(3, 32)));
    assertThat(classifier.get(3)).isEqualTo(new Place(List.of("classifier.bias"), List.of(3)));

    List<Place> pooled = lastPlaces(LABELS, Pooling.CLS_POOLER);
    assertThat(pooled.get(0))
        .isEqualTo(new Place(List.of("bert.pooler.dense.weight"), List.of(32, 32)));
  }

  @Test
  public void selectsTheTensorsOfAModelAlone() {
    for (PruningPolicy policy : MethodSettings.few()) {
      Bundle bundle = bundle(policy, LABELS, Pooling.MEAN);
      TensorLayout layout = TensorLayout.of(bundle, policy);
      Map<String, FloatTensor> more = new LinkedHashMap<>(bundle.weights().tensors());
      more.put("unknown", FloatTensor.of(new int[] {1}, 1));

      Weights selected = layout.select(new Weights("more", more));

      assertThat(selected.tensors().keySet()).containsExactlyElementsOf(layout.shapes().keySet());
      for (String name : layout.shapes().keySet()) {
        Map<String, FloatTensor> fewer = new LinkedHashMap<>(more);
        fewer.remove(name);
        assertThatThrownBy(() -> layout.select(new Weights("fewer", fewer)))
            .isInstanceOf(BundleException.class)
            .hasMessage("Cannot read fewer: tensor %s is missing", name);
      }
    }
  }

  private static List<Place> lastPlaces(List<String> labels, Pooling pooling) {
    List<Place> places =
        TensorLayout.of(bundle(PruningPolicy.NONE, labels, pooling), PruningPolicy.NONE).places();
    return places.subList(places.size() - 4, places.size());
  }

  private static Bundle bundle(PruningPolicy policy, List<String> labels, Pooling pooling) {
    return RandomBundles.bundle(
        1,
        MethodSettings.SHAPE,
        labels,
        pooling,
        new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE));
  }
}
