using System.Reflection;
using AttnGan.Training.Torch;
using Xunit.v3;

namespace AttnGan.Training.Tests;

/// <summary>Each test of the class computes in a <see cref="CollectionPause"/>, as a training step does.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WithoutCollectionsAttribute : BeforeAfterTestAttribute
{
    // Tests do not overlap (AssemblyInfo.cs).
    private CollectionPause? _pause;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => _pause = CollectionPause.Begin();

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => _pause?.Dispose();
}
