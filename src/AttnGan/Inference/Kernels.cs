using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Compiles the vector code of <see cref="FusedEngine"/> on another thread while a model is being read. It depends on the processor, so
/// the compiler of a program leaves it to the start of the program.
/// </summary>
internal static class Kernels
{
    private const BindingFlags All =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static int s_isStarted;

    /// <summary>Starts to compile, once in a process.</summary>
    public static void StartCompiling()
    {
        if (RuntimeFeature.IsDynamicCodeCompiled && FusedEngine.IsSupported && Interlocked.Exchange(ref s_isStarted, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Compile(), null);
        }
    }

    /// <summary>Compiles in the order of use.</summary>
    private static void Compile()
    {
        string other = Vector512.IsHardwareAccelerated ? nameof(Gemm.Multiply6x16) : nameof(Gemm.Multiply12x32);
        Compile<ModelWeights>(other);
        Compile<PackedWeights>(other);
        Compile<UpsamplingConvolution>(other);
        Compile<ResidualConvolution>(other);
        Compile<RecurrentEncoder.Direction>(other);
        Compile(typeof(Gemm), other);
        Compile<WordAttention>(other);
        Compile<ImageHead>(other);
    }

    private static void Compile<[DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] T>(string other) =>
        Compile(typeof(T), other);

    private static void Compile(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)]
        Type type,
        string other)
    {
        foreach (MethodInfo method in type.GetMethods(All))
        {
            if (method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)
                && !method.ContainsGenericParameters && method.Name != other)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }
    }
}
