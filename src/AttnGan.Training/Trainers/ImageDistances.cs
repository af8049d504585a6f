using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Losses;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// The weighted distances of generated images to the real images of their captions, in pixels and in features. Not in the paper.
/// </summary>
internal sealed class ImageDistances : IDisposable
{
    private readonly AttnGanConfig _config;
    private readonly GanNetworks _networks;
    private readonly World _world;
    private readonly ResNetMatchingLoss? _resNet;

    /// <param name="config">The run's configuration.</param>
    /// <param name="networks">The networks; not disposed with this object.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="world">The ranks that share the global batch.</param>
    public ImageDistances(AttnGanConfig config, GanNetworks networks, Device device, World world)
    {
        (_config, _networks, _world) = (config, networks, world);
        _resNet = config.Gan.ResnetMatchingWeight > 0 ? new ResNetMatchingLoss(device) : null;
    }

    /// <summary>Returns the sum of the weighted distances; null if none has a weight.</summary>
    /// <param name="fake">Generated images.</param>
    /// <param name="real">Real images of the same captions.</param>
    /// <param name="compared">The number of images of the global batch that are compared: its first ones.</param>
    /// <param name="isPretraining">True in pretraining, in which pixels have a weight in any case.</param>
    /// <param name="losses">Receives the distances.</param>
    public Tensor? Compute(GeneratorOutput fake, BatchTensors real, long compared, bool isPretraining, LossReadings losses)
    {
        GanConfig gan = _config.Gan;
        int share = (int)_world.Share(compared);
        double rankWeight = _world.Weight(compared);
        int last = fake.Images.Count - 1;
        Tensor? total = null;
        if (gan.ReconstructionWeight > 0 || isPretraining)
        {
            var distances = new List<Tensor>();
            for (int i = 0; i <= last; i++)
            {
                Tensor distance = ReconstructionLoss.Compute(Of(fake.Images, i), Of(real.Images, i), gan.ForegroundWeight) * rankWeight;
                losses.Add($"l1_{_networks.Stages[i].ImageSize}", distance);
                distances.Add(distance);
            }

            // The other losses of pretraining are weighed against it.
            total = stack(distances).sum() * (gan.ReconstructionWeight > 0 ? gan.ReconstructionWeight : 1);
        }

        if (gan.DamsmMatchingWeight > 0 && _networks.DamsmCanSee(last))
        {
            Tensor distance = EncoderMatchingLoss.Compute(_networks.ImageEncoder, Of(fake.Images, last), Of(real.Images, last));
            Add("damsm_match", gan.DamsmMatchingWeight, distance);
        }

        if (_resNet is not null)
        {
            Add("resnet_match", gan.ResnetMatchingWeight, _resNet.Compute(Of(fake.Images, last), Of(real.Images, last)));
        }

        return total;

        Tensor Of(IReadOnlyList<Tensor> images, int stage) => images[stage][..share];

        void Add(string name, double weight, Tensor distance)
        {
            Tensor weighed = distance * rankWeight;
            losses.Add(name, weighed);
            total = total is null ? weighed * weight : total + weighed * weight;
        }
    }

    public void Dispose() => _resNet?.Dispose();
}
