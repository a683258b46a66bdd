package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.SingleDocument;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.job.report.document.Explainer;
import io.github.ptcspark.job.report.document.Explanation;
import io.github.ptcspark.job.report.document.TerminalView;
import io.github.ptcspark.job.report.page.DocumentPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc explain}: how a model read a document. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows how a model read a document: each word faded by the layer in which it went, the words"
          + " that each combination token took, the saliency of each word for the label, the"
          + " scores, and what they would be without pruning.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  A text:",
      "    ptc explain --model my.bundle --text \"The keeper saved two penalties.\"",
      "",
      "  A file, which is one document; as a page too:",
      "    ptc explain --model my.bundle --file letter.txt --html letter.html",
      "",
      "  A document of a corpus, with its id in the output of classify:",
      "    ptc explain --model my.bundle --input test.jsonl --id-column id --id music-test-03",
      "",
      "  The same document when more is pruned:",
      "    ptc explain --model my.bundle --input test.jsonl --id-column id --id music-test-03 \\",
      "                --policy \"ptc(keep-ratio=0.7, fuzzy=off)\"",
      "",
      "Label, scores and statistics are those that classify writes, bit for bit. Saliency is gradient x",
      "input: the exact gradient of the label's logit with respect to each word embedding, times that",
      "embedding, in fp32 and with the same pruning. Without pruning means the same weights with policy",
      "none, or, for a model that was trained to combine tokens, with combining alone. A bundle that has",
      "a full model beside its own is compared with that. Of a document that is read again, saliency and",
      "the first column of scores are of the first reading."
    })
final class ExplainCommand implements Callable<Integer> {

  private static final String SESSION = "ptc explain";

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "BUNDLE",
      description =
          "Directory of the trained model: on this disk, or with a scheme, such as hdfs:.")
  private String model;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source;

  /** Where the document is. */
  static final class Source {

    @Option(names = "--text", paramLabel = "TEXT", description = "The document itself.")
    private String text;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "A text file that is one document, whatever its extension.")
    private String file;

    @Option(
        names = "--input",
        arity = "1..*",
        paramLabel = "PATH",
        description = "Files, directories or globs with the document that --id names.")
    private List<String> inputs;
  }

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Id of the document in the input, as classify writes it.")
  private String id;

  @Mixin private RecordArguments records;

  @Mixin private SettingsArguments settings;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      converter = LocalPath.class,
      description = "File on this machine to write a page to.")
  private Path html;

  @Override
  public Integer call() {
    check();
    BundleFiles files = ModelFiles.read(model);
    Bundle bundle = files.parseClassifier();
    ModelSettings changed = settings.changes().applyTo(bundle);
    LibraryDirectory.prepare();
    SingleDocument document = document();
    document
        .error()
        .ifPresent(
            error -> {
              throw new JobException("Cannot explain %s: %s".formatted(document.id(), error));
            });
    Explanation explanation =
        new Explainer(model, files.digest(), bundle, changed)
            .explain(document.id(), document.text().orElse(null));
    PrintWriter out = spec.commandLine().getOut();
    out.print(TerminalView.of(explanation, colours(), width()));
    if (html != null) {
      write(explanation);
      out.print(Printable.text("%npage         %s%n".formatted(html)));
    }
    out.flush();
    return 0;
  }

  private void check() {
    if ((source.inputs == null) != (id == null)) {
      throw new ParameterException(
          spec.commandLine(), "--input and --id name a document together: both or neither");
    }
    if (source.inputs == null && records.nameFormatOrColumns()) {
      throw new ParameterException(
          spec.commandLine(),
          "--input-format, --id-column and --text-column are about --input, which is not there");
    }
  }

  private SingleDocument document() {
    if (source.text != null) {
      return new SingleDocument("the text", Optional.of(source.text), Optional.empty());
    }
    if (source.file != null) {
      return SingleDocument.ofFile(
          source.file, records.textOptions(), Sessions.hadoop(), Sessions.settings(SESSION));
    }
    return SingleDocument.withId(
        Sessions.open(SESSION), records.options(source.inputs, List.of()), id);
  }

  private void write(Explanation explanation) {
    try {
      PageFile.write(html, new DocumentPage(explanation).html());
    } catch (IOException e) {
      throw new JobException(
          "Cannot write the page to %s: %s".formatted(html, JobException.reason(e)), e);
    }
  }

  private static TerminalView.Colours colours() {
    return Ansi.AUTO.enabled() ? TerminalView.Colours.MANY : TerminalView.Colours.NONE;
  }

  /** Of the terminal; 80 where there is none. */
  private static int width() {
    return CommandSpec.create().usageMessage().autoWidth(true).width();
  }
}
