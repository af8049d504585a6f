using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Benchmarks;

/// <summary>
/// Alternative implementations of the two most expensive layers of the generator for birds: a residual convolution at 128 x 128 (64 to
/// 128 channels, then gates) and the upsampling block to 256 x 256 (64 to 64 channels, then gates).
/// </summary>
internal static unsafe class LayerBenchmark
{
    private const int Channels = 64;
    private const int Size = 128;

    /// <param name="threads">Threads of each implementation.</param>
    /// <param name="rounds">Rounds, in which all implementations take turns.</param>
    public static void Run(int threads, int rounds)
    {
        var random = new Random(100);
        float[] residual = Numbers(random, 2 * Channels * Channels * 9), residualBias = Numbers(random, 2 * Channels);
        float[] up = Numbers(random, Channels * Channels * 9), upBias = Numbers(random, Channels);
        var workspace = new Workspace(new Workers(threads));
        int[] channels = ChannelMap.Of(Channels), half = ChannelMap.Of(Channels / 2);
        ContextMap input = Map(workspace, "input", Size, Channels), output = Map(workspace, "output", Size, Channels);
        ContextMap enlarged = Map(workspace, "enlarged", 2 * Size, Channels), large = Map(workspace, "large", 2 * Size, Channels / 2);
        Fill(random, input);
        Fill(random, enlarged);

        var winograd = new ResidualConvolution(residual, residualBias, channels, ChannelMap.GatedColumns(channels, Channels), gated: true);
        var direct = new DirectConvolution(residual, residualBias, channels, ChannelMap.GatedColumns(channels, Channels));
        var differences = new UpsamplingConvolution(up, upBias, channels, ChannelMap.GatedColumns(half, Channels / 2));
        var directUp = new DirectConvolution(up, upBias, channels, ChannelMap.GatedColumns(half, Channels / 2));
        using InferenceSession onnx = Session(Convolution(residual, 2 * Channels, enlarge: false), threads);
        using InferenceSession onnxInt8 = Session(Quantized(2 * Channels), threads);
        using InferenceSession onnxUp = Session(Convolution(up, Channels, enlarge: true), threads);
        using InferenceSession onnxPhases = Session(Phases(up), threads);
        float[] image = Numbers(random, Channels * Size * Size);
        byte[] bytes = new byte[image.Length];
        random.NextBytes(bytes);

        Report("residual convolution, 128 x 128, 64 to 128 channels", rounds,
        [
            ("ONNX Runtime, Conv", () => Run(onnx, image)),
            ("ONNX Runtime, 8-bit QLinearConv, without gates", () => Run(onnxInt8, bytes)),
            ("ours, direct", () => direct.Run(input, output, workspace)),
            ("ours, Winograd F(4x4, 3x3) (in use)", () => winograd.Run(input, output, workspace)),
        ]);
        Report("upsampling to 256 x 256, 64 to 64 channels", rounds,
        [
            ("ONNX Runtime, Resize and Conv", () => Run(onnxUp, image)),
            ("ONNX Runtime, phase form: four 2x2 Conv", () => Run(onnxPhases, image)),
            ("ours, direct on the enlarged input", () => directUp.Run(enlarged, large, workspace)),
            ("ours, nine products of differences (in use)", () => differences.Run(input, large, workspace)),
        ]);
    }

    private static void Report(string title, int rounds, (string Name, Action Run)[] candidates)
    {
        var times = candidates.Select(_ => new List<double>()).ToList();
        for (int round = -3; round < rounds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                // Idle threads keep spinning for a while, which would slow down the next candidate.
                Thread.Sleep(100);
                long start = Stopwatch.GetTimestamp();
                candidates[i].Run();
                double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (round >= 0)
                {
                    times[i].Add(time);
                }
            }
        }

        Console.WriteLine($"{title,-54} median ms     min");
        for (int i = 0; i < candidates.Length; i++)
        {
            double[] sorted = [.. times[i].Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{candidates[i].Name,-54} {sorted[rounds / 2],9:F1} {sorted[0],7:F1}"));
        }

        Console.WriteLine();
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 10)];

    private static ContextMap Map(Workspace workspace, string name, int size, int stride) =>
        new(workspace.Get(name, (long)size * size * stride), 1, size, stride);

    private static void Fill(Random random, ContextMap map)
    {
        for (int i = 0; i < map.Pixels * map.Stride; i++)
        {
            map.Pointer[i] = random.NextSingle() - 0.5f;
        }
    }

    private static void Run<T>(InferenceSession session, T[] image)
        where T : unmanaged
    {
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(image, [1, Channels, Size, Size]);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["x"], [value], ["y"]);
    }

    private static InferenceSession Session(GraphProto graph, int threads)
    {
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        return new InferenceSession(model.ToByteArray(), options);
    }

    private static GraphProto Graph(DataType type)
    {
        ValueInfoProto input = GraphCut.Float("x", 1, Channels, Size, Size), output = GraphCut.Float("y");
        (input.Type.TensorType.ElemType, output.Type.TensorType.ElemType) = (type, type);
        output.Type.TensorType.Shape = null;
        var graph = new GraphProto { Name = "layer" };
        graph.Input.Add(input);
        graph.Output.Add(output);
        return graph;
    }

    /// <summary>Returns a convolution with gates, optionally after upsampling to twice the size.</summary>
    private static GraphProto Convolution(float[] weight, int outputs, bool enlarge)
    {
        GraphProto graph = Graph(DataType.Float);
        graph.Initializer.Add(Tensor("w", MemoryMarshal.AsBytes<float>(weight), DataType.Float, outputs, Channels, 3, 3));
        if (enlarge)
        {
            graph.Initializer.Add(Tensor("scales", MemoryMarshal.AsBytes<float>([1, 1, 2, 2]), DataType.Float, 4));
            graph.Node.Add(Node(
                "Resize",
                ["x", "", "scales"],
                ["input"],
                Text("mode", "nearest"),
                Text("coordinate_transformation_mode", "asymmetric"),
                Text("nearest_mode", "floor")));
        }

        graph.Node.Add(Node("Conv", [enlarge ? "input" : "x", "w"], ["product"], Integers("pads", 1, 1, 1, 1)));
        AddGates(graph);
        return graph;
    }

    /// <summary>Returns upsampling and a 3x3 convolution as four 2x2 convolutions, one per phase, with interleaved outputs.</summary>
    private static GraphProto Phases(float[] weight)
    {
        GraphProto graph = Graph(DataType.Float);
        for (int phase = 0; phase < 4; phase++)
        {
            (int down, int along) = (phase / 2, phase % 2);
            float[] part = new float[Channels * Channels * 4];
            for (int i = 0; i < weight.Length; i++)
            {
                (int kernel, int tap) = Math.DivRem(i, 9);
                int y = ((tap / 3) + 1 - down) / 2, x = ((tap % 3) + 1 - along) / 2;
                part[(kernel * 4) + (2 * y) + x] += weight[i];
            }

            graph.Initializer.Add(Tensor($"w{phase}", MemoryMarshal.AsBytes<float>(part), DataType.Float, Channels, Channels, 2, 2));
            graph.Node.Add(Node("Conv", ["x", $"w{phase}"], [$"phase{phase}"], Integers("pads", 1 - down, 1 - along, down, along)));
        }

        graph.Node.Add(Node("Concat", ["phase0", "phase1", "phase2", "phase3"], ["phases"], Integer("axis", 1)));
        graph.Node.Add(Node("DepthToSpace", ["phases"], ["product"], Integer("blocksize", 2)));
        AddGates(graph);
        return graph;
    }

    /// <summary>Returns an 8-bit convolution, with a weight scale for each output.</summary>
    private static GraphProto Quantized(int outputs)
    {
        GraphProto graph = Graph((DataType)2);
        byte[] weight = new byte[outputs * Channels * 9];
        new Random(100).NextBytes(weight);
        float[] scales = [.. Enumerable.Repeat(0.01f, outputs)];
        graph.Initializer.Add(Tensor("s", MemoryMarshal.AsBytes<float>([0.02f]), DataType.Float));
        graph.Initializer.Add(Tensor("z", new byte[] { 128 }, (DataType)2));
        graph.Initializer.Add(Tensor("w", weight, (DataType)3, outputs, Channels, 3, 3));
        graph.Initializer.Add(Tensor("ws", MemoryMarshal.AsBytes<float>(scales), DataType.Float, outputs));
        graph.Initializer.Add(Tensor("wz", new byte[outputs], (DataType)3, outputs));
        graph.Node.Add(Node("QLinearConv", ["x", "s", "z", "w", "ws", "wz", "s", "z"], ["y"], Integers("pads", 1, 1, 1, 1)));
        return graph;
    }

    private static void AddGates(GraphProto graph)
    {
        graph.Node.Add(Node("Split", ["product"], ["values", "gates"], Integer("axis", 1)));
        graph.Node.Add(Node("Sigmoid", ["gates"], ["open"]));
        graph.Node.Add(Node("Mul", ["values", "open"], ["y"]));
    }

    private static TensorProto Tensor(string name, ReadOnlySpan<byte> data, DataType type, params ReadOnlySpan<int> dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(data) };
        foreach (int dimension in dimensions)
        {
            tensor.Dims.Add(dimension);
        }

        return tensor;
    }

    private static NodeProto Node(string type, string[] inputs, string[] outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        return node;
    }

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    private static AttributeProto Integer(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    private static AttributeProto Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    /// <summary>A direct gated 3x3 convolution: the neighborhood of each pixel as a row, times the weights (im2col).</summary>
    private sealed class DirectConvolution(float[] weight, float[] bias, int[] inputs, int[] columns)
    {
        private const int PixelsTogether = 2 * Gemm.Rows;

        // One matrix per tap. They are contiguous, so that together they are one matrix of nine times the depth.
        private readonly PackedWeights _weights = PackedWeights.Convolution(
            weight,
            bias,
            inputs,
            columns,
            9,
            static (kernels, transformed, stride) =>
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    Vector512.Load(kernels + (tap * Gemm.Columns)).Store(transformed + (tap * stride));
                }
            });

        public void Run(ContextMap input, ContextMap output, Workspace workspace)
        {
            int depth = _weights.Depth;
            workspace.Workers.Run((input.Pixels + PixelsTogether - 1) / PixelsTogether, (item, worker) =>
            {
                int first = item * PixelsTogether, count = Math.Min(PixelsTogether, input.Pixels - first);
                float* rows = workspace.Scratch(worker, PixelsTogether * ((9 * depth) + Gemm.Columns));
                float* products = rows + (PixelsTogether * 9 * depth);
                for (int i = 0; i < count * 9; i++)
                {
                    (int pixel, int tap) = Math.DivRem(i, 9);
                    (int y, int x) = Math.DivRem(first + pixel, input.Size);
                    (y, x) = (y + (tap / 3) - 1, x + (tap % 3) - 1);
                    var row = new Span<float>(rows + ((long)i * depth), depth);
                    if ((uint)y < (uint)input.Size && (uint)x < (uint)input.Size)
                    {
                        new Span<float>(input.Pixel(0, y, x), depth).CopyTo(row);
                    }
                    else
                    {
                        row.Clear();
                    }
                }

                for (int panel = 0; panel < _weights.Panels; panel++)
                {
                    Gemm.Multiply(9 * depth, PixelsTogether, rows, 9 * depth, _weights.Panel(panel), products);
                    float* biases = _weights.Bias(panel);
                    for (int i = 0; i < count; i++)
                    {
                        float* product = products + (i * Gemm.Columns);
                        Vector512<float> value = Vector512.Load(product) + Vector512.Load(biases);
                        Vector512<float> gate = Vector512.Load(product + Gemm.Lanes) + Vector512.Load(biases + Gemm.Lanes);
                        float* pixel = output.Pointer + ((long)(first + i) * output.Stride) + (panel * Gemm.Lanes);
                        (value * VectorMath.Sigmoid(gate)).Store(pixel);
                    }
                }
            });
        }
    }
}
