"""The Strands agent's function with what a function that does the work of ours needs beside it: its routes, logs and other clients."""

import os

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from bookshop_tools import REGION
from opensearchpy import AWSV4SignerAuth, OpenSearch, RequestsHttpConnection
from strands_agent import handler

__all__ = ["handler"]

app, logger, metrics = APIGatewayRestResolver(), Logger(), Metrics()
session = boto3.Session(region_name=REGION)
clients = [session.client(service) for service in ("dynamodb", "sqs", "sts", "s3", "sagemaker-runtime")]
search = OpenSearch(
    os.environ["SEARCH_ENDPOINT"],
    http_auth=AWSV4SignerAuth(session.get_credentials(), REGION, "es"),
    connection_class=RequestsHttpConnection,
)
