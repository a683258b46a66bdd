package io.github.ptcspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.Test;

/** Arrows between packages point down the list only. */
public class ArchitectureTest {

  private static final String ROOT = "io.github.ptcspark.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.ptcspark");

  @Test
  public void packagesUseTheOnesBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("spark")
        .definedBy(ROOT + "spark..")
        .layer("inference")
        .definedBy(ROOT + "inference..")
        .layer("script")
        .definedBy(ROOT + "script..")
        .layer("bundle")
        .definedBy(ROOT + "bundle..")
        .layer("pruning")
        .definedBy(ROOT + "pruning..")
        .whereLayer("spark")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("inference")
        .mayOnlyBeAccessedByLayers("spark")
        .whereLayer("script")
        .mayOnlyBeAccessedByLayers("spark", "inference")
        .whereLayer("bundle")
        .mayOnlyBeAccessedByLayers("spark", "inference", "script")
        .check(CLASSES);
  }

  @Test
  public void policiesAreFreeOfSparkAndDjl() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "pruning..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "ai.djl..")
        .check(CLASSES);
  }

  @Test
  public void onlySparkKnowsSparkAndOnlyInferenceKnowsDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.spark..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "inference..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  public void waysIntoTheEngineKnowItButNotEachOther() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("sql")
        .definedBy(ROOT + "spark.sql..")
        .layer("ml")
        .definedBy(ROOT + "spark.ml..")
        .layer("engine")
        .definedBy(ROOT + "spark")
        .whereLayer("sql")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("ml")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }
}
