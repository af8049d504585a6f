namespace AttnGan.Training.Evaluation.Networks;

/// <summary>The identity of an evaluation network in reports.</summary>
/// <param name="Role">The key by which metrics refer to it: <c>features</c>, <c>damsm</c> or <c>independent_damsm</c>.</param>
/// <param name="Name">Such as <c>Inception-v3 (torchvision)</c>.</param>
/// <param name="Checksum">SHA-256 of the file of weights; for a DAMSM of the weights themselves, whichever checkpoint has them.</param>
/// <param name="Description">Input size, width and layer of the features: everything that affects the values of metrics.</param>
internal sealed record EvaluationNetwork(string Role, string Name, string Checksum, string Description);
