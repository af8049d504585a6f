using AttnGan.Training.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>
/// Averages the gradients of parameters over ranks, in messages of several parameters. Where a network marks its layers, messages begin
/// while the backward pass still runs: it goes through the last layers first.
/// </summary>
internal sealed class GradientAverage
{
    private readonly World _world;
    private readonly Precision _precision;
    private readonly Parameter[] _parameters;
    private readonly Dictionary<Parameter, int> _positions = new(ReferenceEqualityComparer.Instance);
    private readonly List<Range> _groups = []; // of one message each, the last parameters first
    private readonly int[] _marks; // of the forward pass, at each parameter, that the backward pass has not passed
    private readonly List<SumMessage?> _messages = []; // of the first groups; null for parameters without gradients
    private bool _isBackward;

    /// <param name="world">The ranks; for one process, gradients stay as they are.</param>
    /// <param name="parameters">The parameters, in the order of their layers. Those that are not trained are left out.</param>
    /// <param name="precision">Of the messages.</param>
    public GradientAverage(World world, IEnumerable<Parameter> parameters, Precision precision = Precision.Full)
    {
        _world = world;
        _precision = precision;
        _parameters = [.. parameters.Where(parameter => parameter.requires_grad)];
        _marks = new int[_parameters.Length];
        foreach ((int position, Parameter parameter) in _parameters.Index())
        {
            _positions.Add(parameter, position);
        }

        int end = _parameters.Length;
        long bytes = 0;
        for (int start = _parameters.Length - 1; start >= 0; start--)
        {
            bytes += _parameters[start].numel() * _parameters[start].ElementSize;
            if (bytes >= world.MessageBytes || start == 0)
            {
                _groups.Add(start..end);
                (end, bytes) = (start, 0);
            }
        }
    }

    /// <summary>Number of messages of a backward pass.</summary>
    public int Messages => _groups.Count;

    /// <summary>Number of messages that began before the end of the last backward pass.</summary>
    public int EarlyMessages { get; private set; }

    /// <summary>Marks the input of a layer: where the backward pass arrives here, it has passed this layer and all that follow.</summary>
    /// <param name="input">The input of the layer.</param>
    /// <param name="first">The layer's first parameter.</param>
    /// <returns>The input, to be used in its place.</returns>
    public Tensor Mark(Tensor input, Parameter first)
    {
        if (_world.Size == 1 || !input.requires_grad || !first.requires_grad || !is_grad_enabled())
        {
            return input;
        }

        int position = _positions[first];
        _marks[position]++;
        return MarkFunction.apply(input, new Action(() => Pass(position)));
    }

    /// <summary>Computes the gradients of a loss, and begins to average them. <see cref="Finish"/> must follow.</summary>
    public void Backward(Tensor loss)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor share = _world.Size == 1 ? loss : loss / _world.Size; // so that the sum over ranks is the average
        _isBackward = true;
        share.backward();
        _isBackward = false;
        EarlyMessages = _messages.Count;
        Array.Clear(_marks);
        if (_world.Size > 1)
        {
            Send(from: 0);
        }
    }

    /// <summary>Waits for the averages and assigns them to the gradients.</summary>
    public void Finish()
    {
        using IDisposable noGradient = no_grad();
        foreach ((SumMessage? message, Range group) in _messages.Zip(_groups))
        {
            using DisposeScope scope = NewDisposeScope();
            message?.Finish(Gradients(group));
        }

        _messages.Clear();
    }

    /// <summary>Handles a mark. The gradient of a penalty passes marks as well, before the backward pass.</summary>
    private void Pass(int position)
    {
        if (!_isBackward)
        {
            return;
        }

        _marks[position]--;
        if (!_marks.AsSpan(position).ContainsAnyExcept(0))
        {
            Send(position);
        }
    }

    /// <summary>Begins the messages that have not begun, of parameters from a position on. All ranks send them in the same order.</summary>
    private void Send(int from)
    {
        using IDisposable noGradient = no_grad();
        while (_messages.Count < _groups.Count && _groups[_messages.Count].Start.Value >= from)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] gradients = Gradients(_groups[_messages.Count]);
            _messages.Add(gradients.Length == 0 ? null : _world.BeginSum(gradients, _precision));
        }
    }

    private Tensor[] Gradients(Range group) => [.. _parameters[group].Select(parameter => parameter.grad).OfType<Tensor>()];

    /// <summary>Returns its input, and tells when the backward pass arrives.</summary>
    private sealed class MarkFunction : autograd.SingleTensorFunction<MarkFunction>
    {
        public override string Name => nameof(MarkFunction);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(nameof(Action), vars[1]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data(nameof(Action)))();
            return [grad_output.alias(), null!];
        }
    }
}
