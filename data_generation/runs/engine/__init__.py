"""How a run is carried out: the pipeline, local processes or Dask, memory, retries, stopping."""
