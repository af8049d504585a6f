using System.Runtime.InteropServices;

namespace AttnGan.Cli.Hosting;

/// <summary>Explains failures of native libraries (libtorch, Skia) and suggests remedies.</summary>
internal static class NativeFailure
{
    /// <summary>Returns a message for the user, or null if the exception has another cause.</summary>
    public static string? Explain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DllNotFoundException or BadImageFormatException or NotSupportedException && IsFromTorch(cause))
            {
                return LoadFailure(cause);
            }

            if (cause is ExternalException && IsOutOfMemory(cause.Message))
            {
                return "Not enough memory. Use smaller batches (`--batch-size`, or `--set damsm.batch_size=…` and " +
                    $"`--set gan.batch_size=…`) or a smaller model. ({FirstLine(cause.Message)})";
            }
        }

        return exception is TypeInitializationException && IsFromTorch(exception) ? LoadFailure(exception) : null;
    }

    private static string LoadFailure(Exception cause) =>
        $"A native library cannot be loaded: {Reason(cause.Message)}\n" +
        "  - Is the output folder complete, with libtorch beside the program? Run `dotnet build` again.\n" +
        "  - libtorch is available for Linux and Windows on x64 and for macOS on arm64; this is " +
        $"{RuntimeInformation.RuntimeIdentifier}.\n" +
        "  - On Linux it needs glibc 2.34 and libstdc++ of GCC 12 or newer; `ldd` on libtorch_cpu.so and libLibTorchSharp.so in " +
        "the output folder shows what is missing.\n" +
        "  - On Windows it needs the Visual C++ Redistributable 2022.";

    /// <summary>
    /// Returns the first sentence and the error for the path that contains the library, without the paths that do not.
    /// </summary>
    private static string Reason(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string summary = lines[0].Split(". In order to help", 2)[0];
        string? pathError = lines.Skip(1).FirstOrDefault(line =>
            !(line.StartsWith('/') && line.Contains("No such file", StringComparison.Ordinal)));
        return pathError is null ? summary : $"{summary} ({pathError})";
    }

    private static bool IsFromTorch(Exception exception) =>
        exception is DllNotFoundException or BadImageFormatException ||
        exception.ToString().Contains("TorchSharp", StringComparison.Ordinal);

    private static bool IsOutOfMemory(string message) =>
        message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase) ||
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
