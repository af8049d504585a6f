using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Formats.Safetensors;

namespace AttnGan.Training.Formats;

/// <summary>Loads weights from PyTorch (<c>torch.save</c>) or safetensors files, recognized by content.</summary>
internal static class WeightFile
{
    /// <summary>Loads all tensors to the CPU, by name. They belong to no dispose scope: the caller disposes them.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or in neither format.</exception>
    public static TensorDictionary Load(string path)
    {
        if (IsPyTorch(path))
        {
            return PyTorchFile.Load(path);
        }

        using var file = SafetensorsFile.Open(path);
        return file.LoadAll();
    }

    private static bool IsPyTorch(string path)
    {
        Span<byte> start = stackalloc byte[9];
        try
        {
            using FileStream stream = File.OpenRead(path);
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read `{path}`: {exception.Message}", exception);
        }

        // A safetensors file starts with the length of its header, which can be any 8 bytes, and the JSON header.
        bool isSafetensors = start is [_, _, _, _, _, _, _, _, (byte)'{'];
        return !isSafetensors && (start.StartsWith("PK\u0003\u0004"u8) || start is [0x80, 2, ..]);
    }
}
