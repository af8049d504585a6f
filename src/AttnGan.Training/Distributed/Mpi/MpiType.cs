namespace AttnGan.Training.Distributed.Mpi;

/// <summary>An element type of a message.</summary>
internal enum MpiType
{
    /// <summary>Bytes, which are copied but not added.</summary>
    Byte,

    /// <summary>32-bit floating point numbers.</summary>
    Float,

    /// <summary>64-bit floating point numbers.</summary>
    Double,
}
