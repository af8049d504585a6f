namespace AttnGan.Training.Configuration;

/// <summary>The precision of feature maps in training. Weights, optimizers, statistics and losses are always in 32 bits.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Full,

    /// <summary>
    /// 16 bits with the exponent range of 32 (bfloat16): half the memory, and about twice as fast convolutions on processors that support
    /// it (AVX512-BF16, AMX). Much slower on others.
    /// </summary>
    Bfloat16,
}
