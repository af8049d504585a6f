namespace AttnGan.Cli.Train;

/// <summary>The parts of a training to run.</summary>
internal enum Parts
{
    Both,
    Damsm,
    Gan,
}
