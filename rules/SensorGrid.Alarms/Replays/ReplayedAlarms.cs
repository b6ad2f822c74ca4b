using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Alarms.Replays;

/// <summary>One rule set in a replay, and what it made of the log.</summary>
public sealed class ReplayedAlarms
{
    private readonly List<AlarmTransition> transitions = [];

    /// <param name="table">Gives the datastreams of the replay their numbers.</param>
    public ReplayedAlarms(DatastreamTable table) => Evaluation = new(table);

    /// <summary>What evaluates.</summary>
    public AlarmEvaluation Evaluation { get; }

    /// <summary>What happened so far, in order.</summary>
    public IReadOnlyList<AlarmTransition> Transitions => transitions;

    /// <summary>Puts files into force before the first record: as if their commands had been in the log.</summary>
    /// <param name="catalogue">Catalogue files.</param>
    /// <param name="rules">Rule files.</param>
    /// <param name="atTicks">When they come into force.</param>
    public void Activate(SourceBundle catalogue, SourceBundle rules, long atTicks)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(rules);
        Evaluation.OnCommand(0, atTicks, AlarmCommands.ActivateCatalogue, "", catalogue.ToBytes(), transitions);
        Evaluation.OnCommand(0, atTicks, AlarmCommands.ActivateRules, "", rules.ToBytes(), transitions);
    }

    internal List<AlarmTransition> Output => transitions;
}
