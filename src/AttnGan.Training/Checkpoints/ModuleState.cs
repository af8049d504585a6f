using AttnGan.Training.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Checkpoints;

/// <summary>Collects and loads the weights and buffers of a module by name.</summary>
internal static class ModuleState
{
    /// <summary>
    /// Returns the module's own tensors, not copies: do not dispose them. Their names start with <paramref name="prefix"/>, which includes
    /// the separator: <c>generator.</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, Tensor> Collect(nn.Module module, string prefix = "") =>
        module.state_dict().ToDictionary(entry => prefix + entry.Key, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>
    /// Copies tensors into a module on any device. Copies nothing unless all names, shapes and types fit; nothing is broadcast.
    /// </summary>
    /// <param name="module">The module to load.</param>
    /// <param name="tensors">The tensors; those whose name does not start with <paramref name="prefix"/> are ignored.</param>
    /// <param name="source">The file that they come from, for messages.</param>
    /// <param name="prefix">The prefix of the module's names.</param>
    /// <param name="partly">True if tensors of the module may be missing, which then keep their values.</param>
    /// <exception cref="CheckpointException">Names, shapes or types differ; the message lists all differences.</exception>
    public static void Load(
        nn.Module module, IReadOnlyDictionary<string, Tensor> tensors, string source, string prefix = "", bool partly = false)
    {
        IReadOnlyDictionary<string, Tensor> targets = Collect(module, prefix);
        var given = tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        List<string> differences = Compare(targets, given, partly);
        if (differences.Count > 0)
        {
            throw new CheckpointException(
                $"The weights of `{source}` do not fit {module.GetName()} ({differences.Count} differences):\n" +
                string.Join('\n', differences.Select(difference => $"  - {difference}")) +
                "\nThey belong to another configuration; use the one that was saved with them.");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        foreach ((string? name, Tensor? value) in given)
        {
            // Counts of another type were cast with the weights; no result depends on them.
            if (!IsCount(name) || value.dtype == targets[name].dtype)
            {
                targets[name].copy_(value);
            }
        }
    }

    private static List<string> Compare(
        IReadOnlyDictionary<string, Tensor> targets, Dictionary<string, Tensor> given, bool partly)
    {
        var differences = new List<string>();
        foreach ((string? name, Tensor? target) in targets.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!given.TryGetValue(name, out Tensor? value))
            {
                // Files older than PyTorch 0.4.1 do not contain this count; no result depends on it.
                if (!partly && !IsCount(name))
                {
                    differences.Add($"`{name}` {Shape(target)} is missing");
                }
            }
            else if (!value.shape.SequenceEqual(target.shape))
            {
                differences.Add($"`{name}` has shape {Shape(value)}, expected {Shape(target)}");
            }
            else if (value.dtype != target.dtype && !IsCount(name) && !(value.is_floating_point() && target.is_floating_point()))
            {
                differences.Add($"`{name}` has elements of type {value.dtype}, expected {target.dtype}");
            }
        }

        differences.AddRange(
            given.Where(entry => !targets.ContainsKey(entry.Key))
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => $"`{entry.Key}` {Shape(entry.Value)} is not part of the model"));
        return differences;
    }

    private static bool IsCount(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    private static string Shape(Tensor tensor) => $"({string.Join(", ", tensor.shape)})";
}
