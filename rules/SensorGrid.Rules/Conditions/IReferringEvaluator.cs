using SensorGrid.Readings;

namespace SensorGrid.Rules.Conditions;

/// <summary>Also needs datastreams that it does not watch.</summary>
internal interface IReferringEvaluator : IEvaluator
{
    /// <summary>Takes a reading of another datastream, as the inputs given.</summary>
    void OnOther(in Reading reading, ReadOnlySpan<int> inputs, ChangeSink sink);

    /// <summary>The clock of another datastream was put right: what it stamped from there on is not known.</summary>
    void OnOtherFrame(long at, ReadOnlySpan<int> inputs);
}
