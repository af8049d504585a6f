using AttnGan.Models.Onnx;
using AttnGan.Training.Formats;
using AttnGan.Training.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>
/// The ResNet-18 that the training library brings along: pre-trained on ImageNet, from the package
/// <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c>.
/// </summary>
internal static class ResNet18File
{
    /// <summary>The file beside the program.</summary>
    public static string BundledPath => Path.Combine(AppContext.BaseDirectory, "pretrained", "resnet18.onnx");

    /// <summary>Reads the weights under the names of <see cref="ResNet18Trunk"/>, with batch normalization folded.</summary>
    /// <param name="path">The ONNX file; null for the bundled one.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or not this network.</exception>
    public static TensorDictionary Load(string? path = null)
    {
        path ??= BundledPath;
        var file = OnnxFile.Open(path);
        var norms = file.Nodes.Where(node => node.OpType == "BatchNormalization").ToDictionary(node => node.Input[0]);
        NodeProto[] convolutions = [.. file.Nodes.Where(node => node.OpType == "Conv")];
        NodeProto[] shortcuts = [.. convolutions.Where(node => KernelOf(node) == 1)];
        NodeProto[] path3x3 = [.. convolutions.Except(shortcuts)];
        var weights = new TensorDictionary();
        try
        {
            if (path3x3 is not [var first, .. var inBlocks] || inBlocks.Length % 2 != 0)
            {
                throw new CheckpointException($"`{path}` is not a ResNet-18 of basic blocks; give the file of the package, or leave " +
                    "`image_encoder.weights` out to use it.");
            }

            Add(ResNet18Trunk.Stem, first, reversed: true);
            (long group, int block) = (0, 0);
            for (int i = 0; i < inBlocks.Length; i += 2)
            {
                NodeProto input = inBlocks[i];
                using Tensor weight = file.Weight(input.Input[1]);
                (group, block) = weight.shape[0] == group ? (group, block + 1) : (weight.shape[0], 0);
                string name = ResNet18Trunk.BlockName(group, block);
                Add($"{name}.conv1", input);
                Add($"{name}.conv2", inBlocks[i + 1]);
                if (shortcuts.FirstOrDefault(node => node.Input[0] == input.Input[0]) is { } shortcut)
                {
                    Add($"{name}.shortcut", shortcut);
                }
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }

        void Add(string name, NodeProto convolution, bool reversed = false)
        {
            NodeProto norm = norms.TryGetValue(convolution.Output[0], out NodeProto? found) ? found : throw new CheckpointException(
                $"`{path}`: the convolution `{convolution.Name}` has no batch normalization; this is not the ResNet-18 of the package.");
            using DisposeScope scope = NewDisposeScope();
            Tensor weight = file.Weight(convolution.Input[1]);
            (Tensor folded, Tensor bias) = BatchNormFolding.Fold(
                reversed ? weight.flip(1) : weight,
                scale: file.Weight(norm.Input[1]),
                shift: file.Weight(norm.Input[2]),
                mean: file.Weight(norm.Input[3]),
                variance: file.Weight(norm.Input[4]),
                epsilon: norm.Attribute.First(attribute => attribute.Name == "epsilon").F);
            weights.Add($"{name}.weight", folded.to(float32).DetachFromDisposeScope());
            weights.Add($"{name}.bias", bias.to(float32).DetachFromDisposeScope());
        }
    }

    private static long KernelOf(NodeProto convolution) =>
        convolution.Attribute.First(attribute => attribute.Name == "kernel_shape").Ints[0];
}
