namespace AttnGan.Architecture.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "AttnGan.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No AttnGan.slnx above {AppContext.BaseDirectory}.");
    }
}
