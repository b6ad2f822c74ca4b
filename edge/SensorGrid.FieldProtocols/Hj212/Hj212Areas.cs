namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Data areas of the commands (HJ 212-2017, annex C), with the limits that the standard sets. Each method writes into an area that it clears first. Times are
/// UTC ticks here and Beijing time there.</summary>
public static class Hj212Areas
{
    private static readonly int[] MinuteIntervals = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

    /// <summary>1000: how long the station waits for an answer, and how often it sends again.</summary>
    public static Hj212WriteError TimeOuts(Hj212AreaWriter area, int overTimeSeconds, int resends) =>
        overTimeSeconds is < 1 or > 99999 || resends is < 0 or > 99
            ? Hj212WriteError.ParameterOutOfRange
            : Start(area, "OverTime", overTimeSeconds) is var error and not Hj212WriteError.None ? error : area.NextItem().Add("ReCount", resends);

    /// <summary>1012, and the upload of 1011: a clock. With the code of an instrument its clock, without it the logger's.</summary>
    public static Hj212WriteError Clock(Hj212AreaWriter area, long timeTicks, string? instrument = null)
    {
        var error = Instrument(area, instrument);
        return error != Hj212WriteError.None ? error : area.NextItem().AddTime("SystemTime", timeTicks);
    }

    /// <summary>1011, 1013, 3011 to 3014, 3017, 3018, 3019: the instrument that is meant; null for the logger where that makes sense.</summary>
    public static Hj212WriteError Instrument(Hj212AreaWriter area, string? instrument)
    {
        area.Clear();
        return instrument is null ? Hj212WriteError.None : area.Add("PolId", instrument);
    }

    /// <summary>1062, and the upload of 1061: seconds between real-time data, 30 to 3600.</summary>
    public static Hj212WriteError RealTimeInterval(Hj212AreaWriter area, int seconds) =>
        seconds is < 30 or > 3600 ? Hj212WriteError.ParameterOutOfRange : Start(area, "RtdInterval", seconds);

    /// <summary>1064, and the upload of 1063: minutes between minute data, a divisor of an hour up to 30.</summary>
    public static Hj212WriteError MinuteInterval(Hj212AreaWriter area, int minutes) =>
        MinuteIntervals.Contains(minutes) ? Start(area, "MinInterval", minutes) : Hj212WriteError.ParameterOutOfRange;

    /// <summary>1072: the new password, six signs (2005 calls the key PW).</summary>
    public static Hj212WriteError Password(Hj212AreaWriter area, string password, Hj212Edition edition = Hj212Edition.Hj2017)
    {
        area.Clear();
        return password.Length is < 1 or > 24
            ? Hj212WriteError.ParameterOutOfRange
            : area.Add(edition == Hj212Edition.Hjt2005 ? "PW" : "NewPW", password);
    }

    /// <summary>2031, 2041, 2051, 2061, 2071 as requests: the time that is asked for.</summary>
    public static Hj212WriteError Period(Hj212AreaWriter area, long beginTicks, long endTicks)
    {
        area.Clear();
        if (endTicks < beginTicks)
            return Hj212WriteError.ParameterOutOfRange;
        var error = area.AddTime("BeginTime", beginTicks);
        return error != Hj212WriteError.None ? error : area.NextItem().AddTime("EndTime", endTicks);
    }

    /// <summary>3016, and the upload of 3017: first sampling of the day, and hours between two.</summary>
    public static Hj212WriteError SamplingCycle(Hj212AreaWriter area, string instrument, TimeOnly first, int hours)
    {
        var error = Instrument(area, instrument);
        if (hours is < 1 or > 24)
            error = Hj212WriteError.ParameterOutOfRange;
        if (error == Hj212WriteError.None)
            error = area.NextItem().Add("CstartTime", first.ToString("HHmmss", System.Globalization.CultureInfo.InvariantCulture));
        return error != Hj212WriteError.None ? error : area.NextItem().Add("CTime", hours);
    }

    /// <summary>The upload of 3018: minutes that a sample takes.</summary>
    public static Hj212WriteError SamplingDuration(Hj212AreaWriter area, string instrument, int minutes)
    {
        var error = Instrument(area, instrument);
        if (minutes is < 0 or > 9999)
            error = Hj212WriteError.ParameterOutOfRange;
        return error != Hj212WriteError.None ? error : area.NextItem().Add("Stime", minutes);
    }

    /// <summary>3020 as a request: what is asked for of an instrument or the logger, over a time for logs.</summary>
    public static Hj212WriteError Information(Hj212AreaWriter area, string instrument, string information, long? beginTicks = null, long? endTicks = null)
    {
        var error = Instrument(area, instrument);
        if (error == Hj212WriteError.None)
            error = area.NextItem().Add("InfoId", information);
        if (error == Hj212WriteError.None && beginTicks is { } begin)
            error = area.NextItem().AddTime("BeginTime", begin);
        if (error == Hj212WriteError.None && endTicks is { } end)
            error = area.NextItem().AddTime("EndTime", end);
        return error;
    }

    /// <summary>3021: sets a parameter of an instrument or the logger.</summary>
    public static Hj212WriteError Parameter(Hj212AreaWriter area, string instrument, string information, string value)
    {
        var error = Information(area, instrument, information);
        return error != Hj212WriteError.None ? error : area.NextItem().Add(information + "-Info", value);
    }

    /// <summary>2081: when the logger started.</summary>
    public static Hj212WriteError Restart(Hj212AreaWriter area, long dataTimeTicks, long restartTicks)
    {
        area.Clear();
        var error = area.AddTime("DataTime", dataTimeTicks);
        return error != Hj212WriteError.None ? error : area.NextItem().AddTime("RestartTime", restartTicks);
    }

    /// <summary>3015 as an upload: the bottle that the sample went into.</summary>
    public static Hj212WriteError RetainedSample(Hj212AreaWriter area, long dataTimeTicks, int bottle)
    {
        area.Clear();
        if (bottle is < 0 or > 99)
            return Hj212WriteError.ParameterOutOfRange;
        var error = area.AddTime("DataTime", dataTimeTicks);
        return error != Hj212WriteError.None ? error : area.NextItem().Add("VaseNo", bottle);
    }

    /// <summary>9011: whether a request is carried out (5.1: 1 yes, 2 refused, 3 to 9 what was wrong, 100 unknown).</summary>
    public static Hj212WriteError RequestAnswer(Hj212AreaWriter area, int qnRtn) => Start(area, "QnRtn", qnRtn);

    /// <summary>9012: how it ended (5.1: 1 success, 2 to 6 why not, 100 no data).</summary>
    public static Hj212WriteError Result(Hj212AreaWriter area, int exeRtn) => Start(area, "ExeRtn", exeRtn);

    private static Hj212WriteError Start(Hj212AreaWriter area, string key, int value)
    {
        area.Clear();
        return area.Add(key, value);
    }
}
