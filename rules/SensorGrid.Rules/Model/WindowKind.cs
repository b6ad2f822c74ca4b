namespace SensorGrid.Rules.Model;

/// <summary>Which readings a window holds.</summary>
public enum WindowKind : byte
{
    /// <summary>Those of the time before now: (t − w, t].</summary>
    Sliding = 0,

    /// <summary>Those since the last boundary of hours or days.</summary>
    Aligned = 1,

    /// <summary>Those of the hour or day before that.</summary>
    PreviousAligned = 2,
}
