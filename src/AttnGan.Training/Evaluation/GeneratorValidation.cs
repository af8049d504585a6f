using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Measures a generator by what it draws from held-out captions. Images are read, and captions and real images encoded, at the first
/// evaluation alone: the networks that see them do not learn.
/// </summary>
internal sealed class GeneratorValidation : IDisposable
{
    private readonly TextEncoder _textEncoder;
    private readonly DamsmEncoders _expert;
    private readonly DamsmEncoders? _independent;
    private readonly long _seed;
    private readonly List<TextFeatures> _texts = [];
    private readonly List<GeneratedImageScores> _judged = [];
    private Tensor? _sentences; // (N, D)
    private Tensor? _classes;   // (N)

    /// <param name="images">Held-out images in their order.</param>
    /// <param name="textEncoder">Reads captions for the generator.</param>
    /// <param name="expert">The DAMSM that the generator learns from.</param>
    /// <param name="independent">One that it does not learn from; null for none. Disposed with this object.</param>
    /// <param name="seed">Decides the wrong captions.</param>
    public GeneratorValidation(BatchLoader images, TextEncoder textEncoder, DamsmEncoders expert, DamsmEncoders? independent, long seed)
    {
        Images = images;
        _textEncoder = textEncoder;
        _expert = expert;
        _independent = independent;
        _seed = seed;
    }

    private BatchLoader Images { get; }

    /// <summary>Draws an image from every caption and judges them.</summary>
    /// <param name="draw">From text features to (B, 3, S, S) in [-1, 1].</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellation">Ends it.</param>
    public ValidationResult Measure(Func<TextFeatures, Tensor> draw, Device device, CancellationToken cancellation)
    {
        if (_judged.Count == 0)
        {
            Prepare(device, cancellation);
        }

        using DisposeScope scope = NewDisposeScope();
        List<List<Tensor>> codes = _judged.ConvertAll(_ => new List<Tensor>());
        foreach (TextFeatures text in _texts)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope batchScope = NewDisposeScope();
            Tensor drawn = draw(text);
            for (int j = 0; j < codes.Count; j++)
            {
                codes[j].Add(_judged[j].Codes(drawn).MoveToOuterDisposeScope());
            }
        }

        List<Tensor> features = codes.ConvertAll(batches => cat(batches)); // (N, D) each
        RetrievalResult retrieval = Retrieval.Measure(features[0], _sentences!, _classes!);
        List<Measure> measures =
        [
            new("generated_image_to_text_r1", retrieval.ImageToText.At1),
            new("generated_image_to_text_r10", retrieval.ImageToText.At10),
        ];
        List<ValidationResult> judgments = [.. _judged.Zip(features, (judged, drawn) => judged.Measure(drawn))];
        measures.AddRange(judgments.SelectMany(judgment => judgment.Measures));

        // The generator pleases the DAMSM that it learns from; what counts is one that it does not, where there is one.
        return judgments[^1].Quality is { } quality ? ValidationResult.Of(quality, measures) : new ValidationResult(measures, null);
    }

    /// <summary>Captions and real images are encoded anew: the networks have been given other weights.</summary>
    public void Forget()
    {
        foreach (Tensor? tensor in _texts.SelectMany(text => new[] { text.Words, text.Sentence, text.Padding }).Concat([_sentences, _classes]))
        {
            tensor?.Dispose();
        }

        _judged.ForEach(judged => judged.Dispose());
        _texts.Clear();
        _judged.Clear();
        (_sentences, _classes) = (null, null);
    }

    public void Dispose()
    {
        Forget();
        _independent?.Dispose();
    }

    private void Prepare(Device device, CancellationToken cancellation)
    {
        Forget(); // what an evaluation left that was ended in the middle of this
        using DisposeScope scope = NewDisposeScope();
        List<(string Caption, string Class)> captions = [];
        List<Tensor> classes = [];
        DamsmEncoders[] judges = _independent is null ? [_expert] : [_expert, _independent];
        var real = new FeatureStatistics?[judges.Length];
        try
        {
            foreach (CaptionedBatch batch in Images.Epoch(0, cancellation: cancellation))
            {
                using DisposeScope batchScope = NewDisposeScope();
                var tensors = new BatchTensors(batch, device);
                TextFeatures text = _textEncoder.forward(tensors.Captions, tensors.Lengths);
                _texts.Add(new TextFeatures(
                    text.Words.DetachFromDisposeScope(), text.Sentence.DetachFromDisposeScope(), text.Padding.DetachFromDisposeScope()));
                captions.AddRange(batch.Captions.Zip(batch.Items, (caption, item) => (caption.Text, CandidatePool.ClassOf(item))));
                classes.Add(tensors.Classes.MoveToOuterDisposeScope());
                for (int j = 0; j < judges.Length; j++)
                {
                    Tensor codes = judges[j].Codes(tensors.Images[^1]);
                    (real[j] ??= new FeatureStatistics((int)codes.shape[1])).Add(codes);
                }
            }

            var pool = new CandidatePool(captions);
            int[] own = [.. captions.Select(caption => pool.IndexOf(caption.Caption))];
            int count = Math.Min(RPrecision.WrongCandidates, pool.MinNegatives);
            int[][] wrong = [.. captions.Select((caption, i) => pool.Draw(caption.Class, count, _seed, i))];
            for (int j = 0; j < judges.Length; j++)
            {
                _judged.Add(new GeneratedImageScores(judges[j], j == 0 ? "" : "independent_", pool.Captions, own, wrong, real[j]!));
                real[j] = null; // its own now
            }

            _sentences = cat([.. _texts.Select(text => text.Sentence)]).DetachFromDisposeScope();
            _classes = cat(classes).DetachFromDisposeScope();
        }
        finally
        {
            foreach (FeatureStatistics? statistics in real)
            {
                statistics?.Dispose();
            }
        }
    }
}
