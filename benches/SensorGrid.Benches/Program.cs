// BenchmarkDotNet benches, each with allocated bytes, each beside something a user would pick instead, in one run:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --filter '*'
// and the queries of a large store, which is built first and is too large for BenchmarkDotNet to build for each of its processes:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --store --help
// and sealing and merging of a whole city's readings:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --city --help
// and back-tests of a city's recording, which is made first:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --backtest --help
// and how long others wait while a large snapshot is written:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --snapshots --help
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using SensorGrid.Benches.Backtests;
using SensorGrid.Benches.Store;

if (args is ["--store", ..])
    return await StoreQueryBench.RunAsync(args[1..]);
if (args is ["--city", ..])
    return await CityBench.RunAsync(args[1..]);
if (args is ["--snapshots", ..])
    return await SnapshotBench.RunAsync(args[1..]);
if (args is ["--backtest", ..])
    return await BacktestBench.RunAsync(args[1..]);
// Its two minutes are not enough to build everything with the analyzers on a small machine.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(15)));
return 0;
