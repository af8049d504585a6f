namespace AttnGan.Training.Data;

/// <summary>The purpose of a <see cref="CounterRandom"/> sequence: with equal seeds, different purposes get independent numbers.</summary>
internal enum RandomStream
{
    Split,
    Order,
    Sample,
    Candidates,
    Images,
    NoisePixels,
    Shapes,
    Views,
    Subsets,
    Foils,
}
