using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Formats.Safetensors;

namespace AttnGan.Training.Formats;

/// <summary>Weights by name from a file of PyTorch (<c>torch.save</c>) or of safetensors, whatever it is called.</summary>
internal static class WeightFile
{
    /// <summary>Reads all tensors to the CPU. They belong to no dispose scope: the caller disposes them.</summary>
    /// <exception cref="CheckpointException">Missing, damaged, or neither.</exception>
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

        // Safetensors has the length of its header, which can begin with any byte, and then the header in JSON.
        bool isSafetensors = start is [_, _, _, _, _, _, _, _, (byte)'{'];
        return !isSafetensors && (start.StartsWith("PK\u0003\u0004"u8) || start is [0x80, 2, ..]);
    }
}
