using static TorchSharp.torch;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>The element type of a storage.</summary>
/// <param name="Scalar">libtorch's type.</param>
/// <param name="Bytes">Size of an element in bytes.</param>
internal sealed record StorageType(ScalarType Scalar, int Bytes);
