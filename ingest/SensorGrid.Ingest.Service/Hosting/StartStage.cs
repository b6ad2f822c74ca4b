namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>What a start is doing, in order. The words of <see cref="StartProgress.NameOf"/> are part of the API.</summary>
internal enum StartStage
{
    /// <summary>State, time series and log are opened.</summary>
    Opening = 1,

    /// <summary>Rules and alarms are read back from their newest snapshot.</summary>
    Restoring,

    /// <summary>Rules and store take what the log has beyond what they had written down.</summary>
    CatchingUp,

    /// <summary>Catalogue and rules come into force if their folders have changed.</summary>
    Activating,
}
