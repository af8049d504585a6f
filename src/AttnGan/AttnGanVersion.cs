using System.Reflection;

namespace AttnGan;

/// <summary>The version of AttnGan; all its assemblies share it.</summary>
internal static class AttnGanVersion
{
    /// <summary>The version, such as "0.1.0", without the commit that a build may append.</summary>
    public static string Number { get; } =
        typeof(AttnGanVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The name and version of the software, as files record it.</summary>
    public static string Software { get; } = $"AttnGan {Number}";
}
