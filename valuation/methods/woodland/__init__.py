"""Owns the methods that value a stand of trees and the land it grows on."""
