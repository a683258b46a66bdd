package io.github.ptcspark.job.speed;

/**
 * How fast one form of a model is on one thread.
 *
 * @param name what was measured
 * @param millis for a document
 * @param documents a second
 * @param tokens a second, counting those that were read
 * @param gigaflops that were done a second, two operations for a multiply-add
 * @param linearShare of the rate that the linear layers alone reach in the same precision
 * @param cost FLOPs as a share of the unpruned model's
 * @param timesFp32 documents a second as a multiple of the unpruned model's in fp32
 * @param timesInt8 the same in int8
 */
public record SpeedRow(
    String name,
    double millis,
    double documents,
    double tokens,
    double gigaflops,
    double linearShare,
    double cost,
    double timesFp32,
    double timesInt8) {}
