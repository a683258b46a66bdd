package io.github.ptcspark.script;

import io.github.ptcspark.pruning.methods.Methods;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the program that calls the steps of a policy. A line {@code each FUNCTION: STATEMENT}
 * of its template becomes, for every source of a method that defines the function, the statement
 * with the source's name, carried out for the steps of that source.
 */
final class PolicySource {

  private static final String TEMPLATE = "policy/policy.py";
  private static final Pattern EACH = Pattern.compile("( *)each (\\w+): (.*)");

  private PolicySource() {}

  /** Adds it, and the sources of all methods. */
  static void write(Archive archive) throws IOException {
    List<String> programs = Methods.programs();
    List<String> sources =
        programs.stream().map(program -> Archive.read("code/" + module(program))).toList();
    for (int i = 0; i < sources.size(); i++) {
      archive.text(module(programs.get(i)), sources.get(i));
    }
    StringBuilder policy = new StringBuilder();
    for (String line : Archive.read(TEMPLATE).lines().toList()) {
      Matcher each = EACH.matcher(line);
      if (!each.matches()) {
        policy.append(line).append('\n');
        continue;
      }
      for (int i = 0; i < sources.size(); i++) {
        if (sources.get(i).contains("def " + each.group(2) + "(")) {
          policy
              .append("%sif self.programs[i] == %s:\n".formatted(each.group(1), i))
              .append(each.group(1))
              .append("  ")
              .append(each.group(3).replace("NAME", "__torch__.steps." + programs.get(i)))
              .append('\n');
        }
      }
    }
    archive.text("__torch__/policy.py", policy.toString());
  }

  private static String module(String program) {
    return "__torch__/steps/%s.py".formatted(program);
  }
}
