namespace AttnGan.Training.Formats.PyTorch;

/// <summary>A run of elements that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Skip">Elements before it in the storage that it is a part of; usually 0.</param>
internal sealed record PyTorchStorage(string Key, StorageType Type, long Count, long Skip);
