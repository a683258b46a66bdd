package io.github.ptcspark.job.report.figures;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The first few, in their order, of many. */
final class FirstOf<T extends Comparable<T> & Serializable> implements Serializable {

  private static final long serialVersionUID = 1;

  private final int most;
  private final ArrayList<T> first = new ArrayList<>();

  FirstOf(int most) {
    this.most = most;
  }

  void add(T element) {
    if (first.size() == most && element.compareTo(first.get(most - 1)) >= 0) {
      return;
    }
    int found = Collections.binarySearch(first, element);
    first.add(found < 0 ? -found - 1 : found, element);
    if (first.size() > most) {
      first.remove(most);
    }
  }

  List<T> list() {
    return List.copyOf(first);
  }
}
