package io.github.ptcspark.script;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the program that calls the steps of policies. A line {@code each FUNCTION: STATEMENT}
 * of its template becomes, for every source that defines the function, the statement with the
 * source's name, carried out for the steps of that source; where none does, the loop before the
 * line is left out too.
 */
final class PolicySource {

  private static final String TEMPLATE = "policy/policy.py";
  private static final Pattern LOOP =
      Pattern.compile("    for i in [^\n]*\n( *)each (\\w+): ([^\n]*)\n");

  private PolicySource() {}

  /**
   * Adds it, and the sources of some methods.
   *
   * @param programs their names, in the order in which {@link PolicyNumbers} count them
   */
  static void write(Archive archive, List<String> programs) throws IOException {
    List<String> sources =
        programs.stream().map(program -> Archive.read("code/" + module(program))).toList();
    for (int i = 0; i < sources.size(); i++) {
      archive.text(module(programs.get(i)), sources.get(i));
    }
    archive.text(
        "__torch__/policy.py",
        LOOP.matcher(Archive.read(TEMPLATE))
            .replaceAll(loop -> Matcher.quoteReplacement(expanded(loop, programs, sources))));
  }

  private static String expanded(MatchResult loop, List<String> programs, List<String> sources) {
    String indent = loop.group(1);
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).contains("def " + loop.group(2) + "(")) {
        String call = loop.group(3).replace("NAME", "__torch__.steps." + programs.get(i));
        calls.append("%sif self.programs[i] == %s:\n%s  %s\n".formatted(indent, i, indent, call));
      }
    }
    return calls.isEmpty() ? "" : loop.group().lines().findFirst().orElseThrow() + "\n" + calls;
  }

  private static String module(String program) {
    return "__torch__/steps/%s.py".formatted(program);
  }
}
