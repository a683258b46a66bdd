package io.github.ptcspark.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.Test;

/** The packages of the driver form no circles, and none of them knows the command line. */
public class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.ptcspark.job");

  @Test
  public void packagesFormNoCircles() {
    slices().matching("io.github.ptcspark.job.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  public void nothingKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.ptcspark.job.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.github.ptcspark.job.cli..", "picocli..")
        .check(CLASSES);
  }

  @Test
  public void corporaKnowNothingOfRunsAndTraining() {
    noClasses()
        .that()
        .resideInAPackage("io.github.ptcspark.job.corpus..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.github.ptcspark.job.run..",
            "io.github.ptcspark.job.train..",
            "io.github.ptcspark.job.speed..",
            "io.github.ptcspark.job.report..")
        .check(CLASSES);
  }
}
