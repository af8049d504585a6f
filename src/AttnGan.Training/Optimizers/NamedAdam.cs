using AttnGan.Training.Formats;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Optimizers;

/// <summary>An Adam optimizer of a network, whose state is saved and restored by the names of the network's parameters.</summary>
internal sealed class NamedAdam : IDisposable
{
    /// <summary>The beginning of names of optimizer states in checkpoints; the name of the weight follows.</summary>
    public const string StatePrefix = "optimizer.";

    private const string FirstMoment = ".exp_avg";

    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly double _beta1;
    private readonly double _beta2;
    private Adam _adam;

    public NamedAdam(nn.Module network, double learningRate, double beta1, double beta2)
    {
        _parameters = [.. network.named_parameters().Where(entry => entry.parameter.requires_grad)];
        _beta1 = beta1;
        _beta2 = beta2;
        _adam = Create(learningRate);
    }

    public double LearningRate
    {
        get => _adam.ParamGroups.Single().LearningRate;
        set => _adam.ParamGroups.Single().LearningRate = value;
    }

    public void ZeroGradients() => _adam.zero_grad();

    public void Step()
    {
        if (_parameters.All(entry => AdamKernel.Supports(entry.Parameter)))
        {
            AdamKernel.Step(States().Select(entry => (entry.Parameter, entry.State)), LearningRate, _beta1, _beta2);
        }
        else
        {
            _adam.step();
        }
    }

    /// <summary>Resets all moments and step counts.</summary>
    public void Reset()
    {
        double learningRate = LearningRate;
        _adam.Dispose();
        _adam = Create(learningRate);
    }

    /// <summary>Selects the weights of a training's state that are trained: those with an optimizer state.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Trained(IReadOnlyDictionary<string, Tensor> state) =>
        state.Where(entry => state.ContainsKey(StatePrefix + entry.Key + FirstMoment));

    /// <summary>
    /// Returns first moments, second moments and step counts, named <c>prefix + parameter + .exp_avg</c> and so on. Moments are not copied.
    /// </summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State(string prefix)
    {
        foreach ((string name, _, Adam.State state) in States())
        {
            yield return new($"{prefix}{name}{FirstMoment}", state.exp_avg);
            yield return new($"{prefix}{name}.exp_avg_sq", state.exp_avg_sq);
            yield return new($"{prefix}{name}.step", tensor(state.step));
        }
    }

    /// <summary>Restores the state that <see cref="State"/> returned.</summary>
    /// <param name="tensors">The state; other tensors in it are ignored.</param>
    /// <param name="prefix">The prefix of the names.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <param name="partly">True if parameters may be missing, whose state then stays as it is.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string prefix, string source, bool partly = false)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, _, Adam.State state) in States())
        {
            if (partly && !tensors.ContainsKey($"{prefix}{name}.step"))
            {
                continue;
            }

            Copy(state.exp_avg, $"{prefix}{name}.exp_avg");
            Copy(state.exp_avg_sq, $"{prefix}{name}.exp_avg_sq");
            state.step = Find($"{prefix}{name}.step").item<long>();
        }

        void Copy(Tensor target, string key)
        {
            Tensor value = Find(key);
            if (!value.shape.SequenceEqual(target.shape))
            {
                throw new CheckpointException(
                    $"`{source}`: optimizer state `{key}` has shape ({string.Join(", ", value.shape)}), expected " +
                    $"({string.Join(", ", target.shape)}). It belongs to another configuration.");
            }

            target.copy_(value);
        }

        Tensor Find(string key) => tensors.TryGetValue(key, out Tensor? value)
            ? value
            : throw new CheckpointException($"`{source}` has no optimizer state `{key}`: it belongs to another configuration.");
    }

    public void Dispose() => _adam.Dispose();

    private Adam Create(double learningRate) =>
        optim.Adam(_parameters.Select(entry => entry.Parameter), learningRate, _beta1, _beta2);

    private IEnumerable<(string Name, Parameter Parameter, Adam.State State)> States() =>
        _parameters.Zip(_adam.state_dict().State, (entry, state) => (entry.Name, entry.Parameter, (Adam.State)state));
}
