namespace AttnGan.Training.Formats.PyTorch;

/// <summary>A contiguous array of elements that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Skip">Offset in the storage that it is a part of, in elements; usually 0.</param>
internal sealed record PyTorchStorage(string Key, StorageType Type, long Count, long Skip);
