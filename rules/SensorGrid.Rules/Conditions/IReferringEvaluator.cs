using SensorGrid.Readings;

namespace SensorGrid.Rules.Conditions;

/// <summary>Also needs datastreams that it does not watch.</summary>
internal interface IReferringEvaluator : IEvaluator
{
    /// <summary>Takes a reading of another datastream, as the inputs given.</summary>
    void OnOther(in Reading reading, ReadOnlySpan<int> inputs, ChangeSink sink);

    /// <summary>Takes a late reading of another datastream into the windows to which it still belongs.</summary>
    /// <returns>Whether any of them is another now.</returns>
    bool TakeLateOther(in Reading reading, ReadOnlySpan<int> inputs) => false;

    /// <summary>The clock of another datastream was put right: what it stamped from there on is not known.</summary>
    void OnOtherFrame(long at, ReadOnlySpan<int> inputs);
}
