namespace AttnGan.Training.Configuration;

/// <summary>In what the feature maps of a training are computed; weights, optimizers, statistics and losses are in 32 bits always.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Full,

    /// <summary>
    /// 16 bits with the range of 32 (bfloat16): half the memory, and convolutions about twice as fast on processors with instructions for
    /// it (AVX512-BF16, AMX). Much slower on others.
    /// </summary>
    Bfloat16,
}
