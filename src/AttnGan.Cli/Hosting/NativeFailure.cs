using System.Runtime.InteropServices;

namespace AttnGan.Cli.Hosting;

/// <summary>Failures of native libraries (libtorch, Skia) in words that help.</summary>
internal static class NativeFailure
{
    /// <summary>A message for the user; null where the exception is about something else.</summary>
    public static string? Explain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DllNotFoundException or BadImageFormatException or NotSupportedException && IsFromTorch(cause))
            {
                return DoesNotLoad(cause);
            }

            if (cause is ExternalException && IsOutOfMemory(cause.Message))
            {
                return "Not enough memory. Use smaller batches (`--batch-size`, or `--set damsm.batch_size=…` and " +
                    $"`--set gan.batch_size=…`) or a smaller model. ({FirstLine(cause.Message)})";
            }
        }

        return exception is TypeInitializationException && IsFromTorch(exception) ? DoesNotLoad(exception) : null;
    }

    private static string DoesNotLoad(Exception cause) =>
        $"A native library does not load: {Reason(cause.Message)}\n" +
        "  - Is the whole output folder there, with libtorch beside the program? Build again with `dotnet build`.\n" +
        "  - libtorch exists for Linux and Windows on x64 and for macOS on arm64; this is " +
        $"{RuntimeInformation.RuntimeIdentifier}.\n" +
        "  - On Linux it needs glibc 2.34 and libstdc++ of GCC 12 or newer; `ldd` on libtorch_cpu.so and libLibTorchSharp.so in " +
        "the output folder shows what is missing.\n" +
        "  - On Windows it needs the Visual C++ Redistributable 2022.";

    /// <summary>
    /// The first sentence, and of the places that were searched the one where the library is: what keeps it from loading there.
    /// </summary>
    private static string Reason(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string summary = lines[0].Split(". In order to help", 2)[0];
        string? obstacle = lines.Skip(1).FirstOrDefault(line =>
            !(line.StartsWith('/') && line.Contains("No such file", StringComparison.Ordinal)));
        return obstacle is null ? summary : $"{summary} ({obstacle})";
    }

    private static bool IsFromTorch(Exception exception) =>
        exception is DllNotFoundException or BadImageFormatException ||
        exception.ToString().Contains("TorchSharp", StringComparison.Ordinal);

    private static bool IsOutOfMemory(string message) =>
        message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase) ||
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
