package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.Serialized;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import org.junit.Test;

public class LocalModelsTest extends SparkTest {

  private final Bundle bundle = TestModel.bundle(1);
  private final BundleFiles files = BundleFiles.of(bundle);

  @Test
  public void filesAreFoundByTheirNameUntilTheyAreRemoved() {
    String name = LocalModels.add(files);
    String other = LocalModels.add(files);
    assertThat(name).isNotEqualTo(other);
    assertThat(LocalModels.get(name)).isSameAs(files);
    LocalModels.remove(name);
    assertThatThrownBy(() -> LocalModels.get(name))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot load the model: it is closed");
    assertThat(LocalModels.get(other)).isSameAs(files);
    LocalModels.remove(other);
  }

  @Test
  public void aTaskOfALocalSparkFindsTheFilesOfTheDriver() {
    SharedModel model = SharedModel.broadcast(spark().sparkContext(), files, bundle.settings());
    SharedModel arrived = Serialized.copy(model);
    assertThat(arrived.files()).isSameAs(files);
    assertThat(Serialized.bytes(model)).isLessThan(100_000);
    model.close();
    assertThatThrownBy(arrived::files).hasMessage("Cannot load the model: it is closed");
  }
}
