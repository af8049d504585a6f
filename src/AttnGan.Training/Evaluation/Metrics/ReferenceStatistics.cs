using AttnGan.Training.Formats.Numpy;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Reads feature statistics of pytorch-fid: an <c>.npz</c> file with <c>mu</c> (D) and <c>sigma</c> (D, D).</summary>
internal static class ReferenceStatistics
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Name of the network that its features are compared with.</param>
    /// <param name="dimensions">D: width of that network's features.</param>
    /// <exception cref="AttnGanException">Thrown when it cannot be read, or has features of another width.</exception>
    public static FeatureStatistics Load(string path, string network, int dimensions)
    {
        IReadOnlyDictionary<string, NumpyArray> arrays = NpzFile.Read(path, "mu", "sigma");
        (NumpyArray mean, NumpyArray covariance) = (arrays["mu"], arrays["sigma"]);
        if (mean.Shape is not [var width] || covariance.Shape is not [var rows, var columns] || rows != width || columns != width)
        {
            throw new AttnGanException(
                $"`{path}` has `mu` of shape ({string.Join(", ", mean.Shape)}) and `sigma` of ({string.Join(", ", covariance.Shape)}), " +
                "expected (D) and (D, D): the mean and the covariance of features, as pytorch-fid writes them.");
        }

        if (width != dimensions)
        {
            throw new AttnGanException(
                $"`{path}` has statistics of {width} features, and {network} computes {dimensions}. Statistics of pytorch-fid are of " +
                "Inception features: give its weights with `--features pt_inception-2015-12-05-6726825d.pth`.");
        }

        if (!mean.Values.Concat(covariance.Values).All(double.IsFinite))
        {
            throw new AttnGanException($"`{path}` has values that are not finite numbers.");
        }

        using DisposeScope scope = NewDisposeScope();
        return FeatureStatistics.FromMoments(tensor(mean.Values), tensor(covariance.Values).view(width, width));
    }
}
