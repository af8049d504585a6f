namespace AttnGan.Training.Formats.PyTorch;

/// <summary>The position of an uncompressed entry in a zip file.</summary>
/// <param name="Start">Position of the first byte in the file.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Checksum">CRC-32 of the bytes.</param>
internal sealed record ZipEntry(long Start, long Size, uint Checksum);
