using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Inference;

/// <summary>
/// ONNX Runtime's native library. This library depends on the managed one only: applications choose a native one, or none, as
/// <see cref="FusedEngine"/> needs none.
/// </summary>
internal static class OnnxRuntimeLibrary
{
    /// <summary>Calls ONNX Runtime.</summary>
    /// <exception cref="AttnGanException">Its native library is missing.</exception>
    public static T Call<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (Missing(error) is { } missing)
        {
            throw new AttnGanException(
                $"ONNX Runtime's native library is missing ({FirstSentence(missing.Message)}). Add a package that contains it to the " +
                "application: Microsoft.ML.OnnxRuntime, or that of an execution provider such as Microsoft.ML.OnnxRuntime.Gpu. Or use " +
                "the engine Fused, which needs none.",
                error);
        }
    }

    /// <summary>True if the native library can be loaded.</summary>
    public static bool IsAvailable { get; } = TryLoad();

    private static bool TryLoad()
    {
        try
        {
            return Call(static () => OrtEnv.Instance() is not null);
        }
        catch (AttnGanException)
        {
            return false;
        }
    }

    private static string FirstSentence(string text) => text.Split('\n')[0].Split(". ")[0].Trim();

    private static DllNotFoundException? Missing(Exception error) => error as DllNotFoundException
        ?? (error is TypeInitializationException { InnerException: { } inner } ? Missing(inner) : null);
}
